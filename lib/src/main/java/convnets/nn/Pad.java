package convnets.nn;

import ai.djl.ndarray.NDArray;
import convnets.Checks;

/** A border around images, (N, C, H, W) -> (N, C, H + 2 pixels, W + 2 pixels). */
final class Pad extends Unit {

  /** Gives an image a border of so many pixels all around. */
  @FunctionalInterface
  interface Border {
    NDArray around(NDArray x, int pixels);
  }

  private final String name;
  private final int pixels;
  private final Border border;

  Pad(String name, int pixels, Border border) {
    this.name = name;
    this.pixels = Checks.notNegative("pixels", pixels);
    this.border = border;
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Inputs.images(describe(), x);
    return border.around(x, pixels);
  }

  @Override
  protected String kind() {
    return "pad";
  }

  @Override
  public String describe() {
    return name + " pad, " + pixels;
  }
}
