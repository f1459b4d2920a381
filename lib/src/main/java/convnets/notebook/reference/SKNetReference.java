package convnets.notebook.reference;

import static convnets.nn.Layers.lambda;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.Batches;
import convnets.data.ImageDataset;
import convnets.data.Transform;
import convnets.inspect.Activations;
import convnets.inspect.Lesions;
import convnets.models.SKNet;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.TorchOps;
import convnets.train.Evaluation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The reference answers of chapter 8, selective kernels. */
public final class SKNetReference {

  private SKNetReference() {}

  /** A selective kernel of stride 1 with a branch for each dilation, and a ratio of 16. */
  public static Expected<Supplier<Block>> selectiveKernel(
      int channels, int groups, int... dilations) {
    int[] kernels = Arrays.stream(dilations).map(dilation -> 2 * dilation + 1).toArray();
    return Expected.of(() -> SKNet.selectiveKernel(channels, 1, groups, 16, kernels));
  }

  /** Kernels (K, C, 3, 3) with zeros between their weights, (K, C, 2d + 1, 2d + 1). */
  public static Expected<UnaryOperator<NDArray>> spread(int dilation) {
    return Expected.of(
        w -> {
          long k = w.getShape().get(0);
          long c = w.getShape().get(1);
          NDArray cells = w.reshape(k * c, 9, 1, 1);
          NDArray padded = TorchOps.pad(cells, 0, dilation - 1, 0, dilation - 1);
          return padded
              .reshape(k * c, 3, 3, dilation, dilation)
              .transpose(0, 1, 3, 2, 4)
              .reshape(k, c, 3L * dilation, 3L * dilation)
              .get(":, :, :{}, :{}", 2 * dilation + 1, 2 * dilation + 1);
        });
  }

  /** Shares from scores (N, branches · C), branch after branch: a softmax over the branches. */
  public static Expected<UnaryOperator<NDArray>> shares(int branches) {
    return Expected.of(
        scores -> {
          Shape s = scores.getShape();
          NDArray byBranch = scores.reshape(s.get(0), branches, s.get(1) / branches);
          return TorchOps.softmax(byBranch, 1).reshape(s);
        });
  }

  /**
   * The percentage that a network of selective kernels with two branches gets right when the first
   * branch has the same share everywhere.
   *
   * @param attentions the paths of what gives the scores
   */
  public static Expected<Double> rightWith(
      Unit net, List<String> attentions, double share, Batches data) {
    return Expected.of(right(net, attentions, share, data));
  }

  /**
   * The same pictures, labelled with what the network takes them for: a set in which it is always
   * right, and a changed network as often as it still answers the same, however little it has
   * learned.
   *
   * @param manager closes the set at the latest
   */
  public static ImageDataset asTakenFor(
      NDManager manager, Unit net, ImageDataset pictures, Transform normal) {
    Batches data = Batches.of(pictures, 500).transform(normal);
    int[] guesses = Evaluation.of(net, data).predictions();
    NDArray images = pictures.images();
    return ImageDataset.of(
        manager, images.toByteArray(), images.getShape(), guesses, pictures.classes());
  }

  /**
   * How much the shares of each attention differ from picture to picture: the standard deviation of
   * a channel's share of the first of two branches, its mean over the channels.
   *
   * @param attentions the paths of what gives the scores, (N, 2C, 1, 1)
   * @param x the pictures
   */
  public static Expected<double[]> variations(Unit net, List<String> attentions, NDArray x) {
    Map<String, NDArray> scores = Activations.of(net, x, attentions.toArray(String[]::new));
    return Expected.of(
        attentions.stream().mapToDouble(path -> variation(scores.get(path))).toArray());
  }

  private static double variation(NDArray scores) {
    long n = scores.getShape().get(0);
    NDArray shares = TorchOps.softmax(scores.reshape(n, 2, -1), 1).get(":, 0"); // (N, C)
    NDArray difference = shares.sub(shares.mean(new int[] {0}, true));
    return difference.square().mean(new int[] {0}).sqrt().mean().getFloat();
  }

  private static double right(Unit net, List<String> attentions, double share, Batches data) {
    Unit constant =
        lambda(
            "constant",
            means -> {
              NDArray ones = means.onesLike();
              NDArray first = ones.mul((float) Math.log(share));
              NDArray second = ones.mul((float) Math.log(1 - share));
              return NDArrays.concat(new NDList(first, second), 1);
            });
    Map<String, Unit> others =
        attentions.stream().collect(Collectors.toMap(Function.identity(), path -> constant));
    return 100 * Evaluation.of(Lesions.replaced(net, others), data).accuracy();
  }
}
