package convnets.nn;

/**
 * What a layer sees of its input: a rectangle of {@code height} × {@code width} pixels, {@code
 * dilation} apart, moved by {@code stride}.
 *
 * @param upsampling how many pixels the output has for each place of the window, along a side
 */
public record Window(int height, int width, int stride, int dilation, int upsampling) {

  /** The whole input at once, as a global pooling or a fully connected layer sees it. */
  public static final Window WHOLE = new Window(Integer.MAX_VALUE, 1, 1);

  /** A rectangle, one output pixel for each of its places. */
  public Window(int height, int width, int stride, int dilation) {
    this(height, width, stride, dilation, 1);
  }

  /** A square of {@code kernel} × {@code kernel} pixels. */
  public Window(int kernel, int stride, int dilation) {
    this(kernel, kernel, stride, dilation);
  }
}
