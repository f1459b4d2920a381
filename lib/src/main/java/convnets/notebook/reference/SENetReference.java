package convnets.notebook.reference;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.data.Batches;
import convnets.inspect.Activations;
import convnets.inspect.Lesions;
import convnets.models.SENet;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.train.Evaluation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 7, SENet and CBAM. */
public final class SENetReference {

  private SENetReference() {}

  /** Gates from the means of neighbouring channels, by one kernel for all of them. */
  public static Expected<Supplier<Block>> eca(int kernel) {
    return Expected.of(
        () ->
            gate(
                identity(),
                seq(
                    globalAvgPool(),
                    lambda("column", z -> z.reshape(z.getShape().get(0), 1, -1, 1)),
                    conv(1, 1, kernel, 1),
                    lambda("channels", t -> t.reshape(t.getShape().get(0), -1, 1, 1)),
                    sigmoid())));
  }

  /** The same two layers over means and maxima, added. */
  public static Expected<Supplier<Block>> channelGates(int channels, int squeezed) {
    return Expected.of(
        () -> {
          Unit shared =
              named(
                  "mlp",
                  seq(
                      conv(channels, squeezed, 1).bias(),
                      relu(),
                      conv(squeezed, channels, 1).bias()));
          Unit both = add(seq(globalAvgPool(), shared), seq(globalMaxPool(), shared));
          return gate(identity(), seq(both, sigmoid()));
        });
  }

  /**
   * What a bottleneck block gives when its body is scaled by constant gates.
   *
   * @param block of as many channels before as behind
   * @param gates (C), one a channel
   * @param x (N, C, H, W)
   */
  public static Expected<NDArray> scaled(Unit block, NDArray gates, NDArray x) {
    NDArray body = Activations.of(block, x, "bn3").get("bn3");
    return Expected.of(body.mul(gates.reshape(1, -1, 1, 1)).add(x).maximum(0));
  }

  /**
   * What the parameters of that block are when its last batch norm scales the body, by name.
   *
   * @param gates (C), one a channel
   */
  public static Map<String, Expected<NDArray>> folded(Unit block, NDArray gates) {
    Map<String, Expected<NDArray>> values = new LinkedHashMap<>();
    for (Pair<String, Parameter> pair : block.getParameters()) {
      NDArray value = pair.getValue().getArray();
      boolean scaled = pair.getKey().equals("bn3.weight") || pair.getKey().equals("bn3.bias");
      values.put(pair.getKey(), Expected.of(scaled ? value.mul(gates) : value.duplicate()));
    }
    return values;
  }

  /**
   * Squeeze and excitation by sums and products.
   *
   * @param w1 (C/r, C)
   * @param b1 (C/r)
   * @param w2 (C, C/r)
   * @param b2 (C)
   */
  public static Expected<UnaryOperator<NDArray>> excite(
      NDArray w1, NDArray b1, NDArray w2, NDArray b2) {
    return Expected.of(
        x -> {
          Shape s = x.getShape();
          NDArray z = x.reshape(s.get(0), s.get(1), -1).mean(new int[] {2});
          NDArray hidden = z.matMul(w1.transpose()).add(b1).maximum(0);
          NDArray t = hidden.matMul(w2.transpose()).add(b2);
          NDArray gates = t.neg().exp().add(1).pow(-1);
          return x.mul(gates.reshape(s.get(0), s.get(1), 1, 1));
        });
  }

  /**
   * A block of two 3×3 convolutions with squeeze and excitation, as in figure 5 of the paper.
   *
   * @param place "standard", "pre", "post" or "identity"
   */
  public static Expected<Supplier<Block>> placed(String place, int channels) {
    return Expected.of(
        () -> {
          Unit body =
              seq(conv(channels, channels, 3).bn().relu(), conv(channels, channels, 3).bn());
          Unit se = named("se", SENet.squeezeExcite(channels, channels / 2, relu(), sigmoid()));
          return switch (place) {
            case "standard" -> add(seq(body, se), identity()).relu();
            case "pre" -> add(seq(se, body), identity()).relu();
            case "post" -> seq(add(body, identity()).relu(), se);
            case "identity" -> add(body, se).relu();
            default -> throw new IllegalArgumentException("place (" + place + ") is none");
          };
        });
  }

  /**
   * The percentage that a network gets right when the gates of its part "se.sigmoid1" are changed.
   *
   * @param change of the gates, (N, C, 1, 1)
   */
  public static Expected<Double> rightWith(Unit net, UnaryOperator<NDArray> change, Batches data) {
    Unit changed = seq(sigmoid(), lambda("changed", change));
    Unit other = Lesions.replaced(net, Map.of("se.sigmoid1", changed));
    return Expected.of(100 * Evaluation.of(other, data).accuracy());
  }
}
