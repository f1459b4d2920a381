package convnets.nn;

/**
 * What a layer sees of its input: a rectangle of {@code height} × {@code width} pixels, {@code
 * dilation} apart, moved by {@code stride}.
 */
public record Window(int height, int width, int stride, int dilation) {

  /** The whole input at once, as a global pooling or a fully connected layer sees it. */
  public static final Window WHOLE = new Window(Integer.MAX_VALUE, 1, 1);

  /** A square of {@code kernel} × {@code kernel} pixels. */
  public Window(int kernel, int stride, int dilation) {
    this(kernel, kernel, stride, dilation);
  }
}
