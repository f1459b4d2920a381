package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.nn.Conv;
import convnets.nn.Seq;
import convnets.nn.Unit;

/**
 * What the Inception networks have in common: their width, and the pieces of their figures.
 *
 * @param <D> the family
 */
public abstract class Inception<D extends Inception<D>> extends Design<D> {

  double width = 1;

  /** For the families. */
  Inception() {}

  /** Multiplies the channels of every layer by this; they are rounded, and at least 1. */
  public final D width(double width) {
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  /** So many channels at this width. */
  final int wide(int channels) {
    return Math.max(1, (int) Math.round(width * channels));
  }

  /** Requires a number of modules that the table has. */
  static int count(String name, int count, int least, int most) {
    if (count < least || count > most) {
      throw new IllegalArgumentException(
          name + " (" + count + ") must be from " + least + " to " + most);
    }
    return count;
  }

  /** How many channels a block makes of {@code in}, found by a dry pass. */
  static int out(Unit block, int in) {
    return (int) block.outputShape(new Shape(1, in, 16, 16)).get(1);
  }

  /**
   * A convolution in a figure.
   *
   * @param out channels of its output at full width
   * @param padded with zeros; the figures mark with "V" what is not
   */
  record Step(int out, int height, int width, int stride, boolean padded) {

    /** "V". */
    Step valid() {
      return new Step(out, height, width, stride, false);
    }

    /** "stride 2 V". */
    Step halving() {
      return new Step(out, height, width, 2, false);
    }
  }

  /** A square convolution that keeps the size. */
  static Step to(int out, int kernel) {
    return to(out, kernel, kernel);
  }

  /** A convolution of height × width that keeps the size: half of a factorised square. */
  static Step to(int out, int height, int width) {
    return new Step(out, height, width, 1, true);
  }

  /**
   * A convolution, batch norm (ε = 0.001) and ReLU: what the figures write as "Conv". Parameters:
   * {@code conv.weight}, {@code bn.weight} and so on, as in torchvision and timm.
   */
  static Unit unit(Conv conv) {
    int out = (int) conv.getParameters().get("weight").getShape().get(0);
    return seq(named("conv", conv), named("bn", batchNorm(out, 0.001, 0.1)), relu());
  }

  /** The same, as a step says. */
  final Unit unit(int in, Step step) {
    Conv conv = conv(in, wide(step.out), step.height, step.width).stride(step.stride);
    return unit(step.padded ? conv : conv.padding(0));
  }

  /** One convolution after the other. */
  final Unit[] tower(int in, Step... steps) {
    Unit[] units = new Unit[steps.length];
    for (int i = 0; i < steps.length; i++) {
      units[i] = unit(i == 0 ? in : wide(steps[i - 1].out), steps[i]);
    }
    return units;
  }

  /** A 3×3 square in two halves side by side, 1×3 and 3×1; called {@code name}a and b. */
  final Unit cross(String name, int in, int out) {
    return concat(
        named(name + "a", unit(in, to(out, 1, 3))), //
        named(name + "b", unit(in, to(out, 3, 1))));
  }

  // With the names that timm gives the networks of 2016.

  /** A branch of a module. */
  final Unit branch(int number, int in, Step... steps) {
    Unit[] tower = tower(in, steps);
    return named("branch" + number, tower.length == 1 ? tower[0] : seq(tower).indexed());
  }

  /** The branch of a module that averages; the zeros around the image do not count. */
  final Unit poolBranch(int number, int in, int out) {
    Unit pool = avgPool(3, 1).padding(1).ignorePadding();
    return named("branch" + number, seq(pool, unit(in, to(out, 1))).indexed());
  }

  /** The branch that halves the size and learns nothing: "3×3 MaxPool (stride 2 V)". */
  static Unit halvingPool() {
    return maxPool(3, 2);
  }

  /**
   * Figure 7 of arXiv:1602.07261, "Reduction-A", 35×35 to 17×17; its table 1 has k, l, m and n. (N,
   * in, H, W) -> (N, n + m + in, H/2, W/2).
   */
  final Unit reductionA(int in, int k, int l, int m, int n) {
    return concat(
        branch(0, in, to(n, 3).halving()),
        branch(1, in, to(k, 1), to(l, 3), to(m, 3).halving()),
        halvingPool());
  }

  // Stems.

  /** The stem of Inception-V3 and Inception-ResNet-V2; small images keep their size. */
  final Seq stem(String... names) {
    return seq(
        named(names[0], unit(channels, inStem(to(32, 3).halving()))), // (N, 32, 149, 149)
        named(names[1], unit(wide(32), inStem(to(32, 3).valid()))), // (N, 32, 147, 147)
        named(names[2], unit(wide(32), to(64, 3))),
        smallImages ? identity() : halvingPool(), // (N, 64, 73, 73)
        named(names[3], unit(wide(64), to(80, 1))),
        named(names[4], unit(wide(80), inStem(to(192, 3).valid()))), // (N, 192, 71, 71)
        smallImages ? identity() : halvingPool()); // (N, 192, 35, 35)
  }

  /** This convolution, or for small images one that keeps the size. */
  final Step inStem(Step step) {
    return smallImages ? to(step.out, step.height, step.width) : step;
  }
}
