package convnets.notebook.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.Geometry;
import convnets.torch.TorchOps;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 6, ResNeXt. */
public final class ResNeXtReference {

  private ResNeXtReference() {}

  /**
   * The width D at which a bottleneck has a number of weights, 2 · ends · D + 9 · D² / cardinality,
   * found by halving.
   *
   * @param ends the channels that it takes and gives
   */
  public static Expected<Double> width(double weights, int ends, int cardinality) {
    double low = 0;
    double high = weights / (2.0 * ends);
    for (int i = 0; i < 200; i++) {
      double middle = (low + high) / 2;
      if (2.0 * ends * middle + 9 * middle * middle / cardinality > weights) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Expected.of(low);
  }

  /**
   * The weights of a grouped convolution as those of an ordinary one that computes the same: (K, C
   * / groups, k, k) -> (K, C, k, k), zero where two channels are not of one group.
   */
  public static Expected<UnaryOperator<NDArray>> ordinary(int groups) {
    return Expected.of(
        w -> {
          NDList copies = new NDList();
          for (int i = 0; i < groups; i++) {
            copies.add(w);
          }
          long outs = w.getShape().get(0);
          long ins = groups * w.getShape().get(1);
          float[] ones = new float[(int) (outs * ins)];
          for (int i = 0; i < ones.length; i++) {
            long group = i / ins * groups / outs;
            ones[i] = i % ins * groups / ins == group ? 1 : 0;
          }
          NDArray mask = w.getManager().create(ones, new Shape(outs, ins, 1, 1));
          return NDArrays.concat(copies, 1).mul(mask);
        });
  }

  /**
   * A grouped convolution of stride 1 that keeps the size.
   *
   * @param w (K, C / groups, k, k)
   */
  public static Expected<UnaryOperator<NDArray>> groupedConvolution(NDArray w, int groups) {
    int padding = (int) w.getShape().get(2) / 2;
    Geometry geometry = new Geometry(1, padding, padding, 1, groups);
    return Expected.of(x -> TorchOps.convolution(x, w, null, geometry));
  }

  /**
   * The share of the pairs of an input and an output channel in which the output changes with the
   * input.
   *
   * @param net initialised, from (N, channels, H, W) to any number of channels
   */
  public static Expected<Double> connected(Unit net, NDArray picture) {
    int channels = (int) picture.getShape().get(1);
    NDArray before = net.apply(picture);
    double heard = 0;
    for (int channel = 0; channel < channels; channel++) {
      float[] moved = new float[channels];
      moved[channel] = 1;
      NDArray shift = picture.getManager().create(moved, new Shape(1, channels, 1, 1));
      NDArray change = net.apply(picture.add(shift)).sub(before).abs();
      heard += change.sum(new int[] {0, 2, 3}).gt(0).sum().getLong();
    }
    return Expected.of(heard / channels / before.getShape().get(1));
  }
}
