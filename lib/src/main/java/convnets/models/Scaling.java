package convnets.models;

import convnets.Checks;

/**
 * By how much a network exceeds its baseline. (M. Tan, Q. V. Le, "EfficientNet", 2019,
 * arXiv:1905.11946, section 3.)
 *
 * @param depth times as many blocks in each stage
 * @param width times as many channels in each layer
 * @param resolution times as many pixels in each row and column of the image
 */
public record Scaling(double depth, double width, double resolution) {

  /** Checks the numbers. */
  public Scaling {
    Checks.positive("depth", depth);
    Checks.positive("width", width);
    Checks.positive("resolution", resolution);
  }

  /**
   * Equation 3: α^φ, β^φ and γ^φ with the α = 1.2, β = 1.1 and γ = 1.15 of section 4. As α β² γ² is
   * about 2, the multiply-adds grow as 2^φ.
   */
  public static Scaling compound(double phi) {
    return new Scaling(Math.pow(1.2, phi), Math.pow(1.1, phi), Math.pow(1.15, phi));
  }

  /** The size of the image where the baseline takes {@code baseline} × {@code baseline}. */
  public int resolution(int baseline) {
    return (int) Math.round(resolution * baseline);
  }
}
