package convnets.nn;

/**
 * What a layer sees of its input: a square of {@code kernel} pixels, {@code dilation} apart, moved
 * by {@code stride}.
 */
public record Window(int kernel, int stride, int dilation) {}
