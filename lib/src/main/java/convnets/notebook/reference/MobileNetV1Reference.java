package convnets.notebook.reference;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.Batches;
import convnets.data.ImageDataset;
import convnets.data.Transform;
import convnets.inspect.Summary;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.Geometry;
import convnets.torch.TorchOps;
import convnets.train.Evaluation;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 11, MobileNet V1. */
public final class MobileNetV1Reference {

  private MobileNetV1Reference() {}

  /**
   * The width S at which a separable convolution of S to S channels multiplies as often as an
   * ordinary one, k² S + S² = k² C², found by halving.
   */
  public static Expected<Double> width(double channels, double kernel) {
    double low = 0;
    double high = kernel * channels;
    for (int i = 0; i < 200; i++) {
      double middle = (low + high) / 2;
      double work = kernel * kernel * middle + middle * middle;
      if (work > kernel * kernel * channels * channels) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Expected.of(low);
  }

  /**
   * The 1×1 convolution with the weights of a fully connected layer: (N, C, H, W) -> (N, K, H, W).
   *
   * @param weight (K, C)
   * @param bias (K)
   */
  public static Expected<UnaryOperator<NDArray>> pointwise(NDArray weight, NDArray bias) {
    NDArray kernels = weight.reshape(weight.getShape().get(0), weight.getShape().get(1), 1, 1);
    return Expected.of(x -> TorchOps.convolution(x, kernels, bias, new Geometry(1, 0, 0, 1, 1)));
  }

  /**
   * The weights of the ordinary convolution that computes what a depthwise convolution with several
   * filters a channel and a 1×1 convolution behind it compute, as a function of the latter's: (N, M
   * · multiplier, 1, 1) -> (N, M, k, k).
   *
   * @param filters (M · multiplier, 1, k, k), those of a channel side by side
   */
  public static Expected<UnaryOperator<NDArray>> merged(NDArray filters, int multiplier) {
    long side = filters.getShape().get(2);
    long ins = filters.getShape().get(0) / multiplier;
    NDArray taps = filters.reshape(ins, multiplier, side * side);
    return Expected.of(
        p -> {
          long outs = p.getShape().get(0);
          NDArray mixing = p.reshape(outs, ins, multiplier).transpose(1, 0, 2);
          return mixing.matMul(taps).transpose(1, 0, 2).reshape(outs, ins, side, side);
        });
  }

  /** A separable convolution with several filters for each input channel. */
  public static Expected<Supplier<Block>> separable(int in, int out, int multiplier, int stride) {
    int middle = in * multiplier;
    return Expected.of(
        () ->
            seq(
                conv(in, middle, 3).stride(stride).groups(in),
                batchNorm(middle),
                relu6(),
                conv(middle, out, 1),
                batchNorm(out),
                relu6()));
  }

  /** The means of squares of {@code factor} × {@code factor} pixels. */
  public static Expected<UnaryOperator<NDArray>> shrunk(int factor) {
    return Expected.of(x -> mean(x, factor));
  }

  private static NDArray mean(NDArray x, int factor) {
    return TorchOps.averagePool(x, factor, factor, 0, false, false);
  }

  /** The share of pictures that a network gets right when they are shrunk, then transformed. */
  public static Expected<Double> accuracy(
      Unit net, ImageDataset data, int factor, Transform transform) {
    Transform shrinking = (images, random) -> mean(images, factor);
    return Expected.of(
        Evaluation.of(net, Batches.of(data, 100).transform(shrinking, transform)).accuracy());
  }

  /** The multiply-adds on grey pictures of this side, over those at 28 × 28. */
  public static Expected<Double> share(Unit net, int side) {
    return Expected.of((double) work(net, side) / work(net, 28));
  }

  private static long work(Unit net, int side) {
    return Summary.of(net, new Shape(1, 1, side, side)).multiplyAdds();
  }
}
