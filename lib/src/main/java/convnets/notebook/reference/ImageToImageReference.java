package convnets.notebook.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.gan.PatchGAN;
import convnets.gan.Psnr;
import convnets.gan.StyleTransfer;
import convnets.inspect.ReceptiveField;
import convnets.notebook.Expected;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 26, image to image. */
public final class ImageToImageReference {

  private ImageToImageReference() {}

  /** How many pixels a side a patch has, that a score of a PatchGAN of so many layers sees. */
  public static Expected<Long> patch(int layers) {
    return Expected.of(ReceptiveField.of(PatchGAN.of(3).layers(layers).width(1).build()).size());
  }

  /** CycleGAN's discriminator, with so many convolutions that halve. */
  public static Expected<Supplier<Block>> judge(int in, int width, int layers) {
    return Expected.of(() -> PatchGAN.of(in).layers(layers).width(width).instanceNorm().build());
  }

  /** The smallest mean absolute difference that one answer can have from values with shares. */
  public static Expected<Double> leastAbsolute(double[] values, double[] shares) {
    return Expected.of(
        Arrays.stream(values)
            .map(
                answer -> {
                  double cost = 0;
                  for (int i = 0; i < values.length; i++) {
                    cost += shares[i] * Math.abs(answer - values[i]);
                  }
                  return cost;
                })
            .min()
            .getAsDouble());
  }

  /** The answer that has the smallest mean squared difference. */
  public static Expected<Double> leastSquared(double[] values, double[] shares) {
    double mean = 0;
    for (int i = 0; i < values.length; i++) {
      mean += shares[i] * values[i];
    }
    return Expected.of(mean);
  }

  /** The mean over pictures of their peak signal-to-noise ratios. */
  public static Expected<Double> psnr(NDArray pictures, NDArray others) {
    return Expected.of(Psnr.mean(pictures, others));
  }

  /** Whether a claim about slopes fits those that came of a positive and a negative start. */
  public static boolean isFound(String claim, double ofPositive, double ofNegative) {
    String found = ofPositive * ofNegative > 0 ? "always" : "keeps";
    return found.equals("keeps")
        ? claim.equals("keeps the sign")
        : claim.equals(ofPositive > 0 ? "always positive" : "always negative");
  }

  /** The Gram matrix of a map (1, K, H, W), over its pixels. */
  public static Expected<UnaryOperator<NDArray>> gram() {
    return Expected.of(StyleTransfer::gram);
  }
}
