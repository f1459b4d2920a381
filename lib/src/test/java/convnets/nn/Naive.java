package convnets.nn;

import java.util.function.DoubleUnaryOperator;

/** Operators written as loops over plain arrays: what the native ones are compared with. */
public final class Naive {

  private Naive() {}

  /** A tensor (N, C, H, W) in one array. */
  public record Tensor(int n, int c, int h, int w, double[] values) {

    public Tensor(int n, int c, int h, int w) {
      this(n, c, h, w, new double[n * c * h * w]);
    }

    public static Tensor of(int n, int c, int h, int w, float[] values) {
      Tensor tensor = new Tensor(n, c, h, w);
      for (int i = 0; i < values.length; i++) {
        tensor.values[i] = values[i];
      }
      return tensor;
    }

    public int index(int i, int j, int y, int x) {
      return ((i * c + j) * h + y) * w + x;
    }

    public double get(int i, int j, int y, int x) {
      return values[index(i, j, y, x)];
    }

    public boolean inside(int y, int x) {
      return y >= 0 && y < h && x >= 0 && x < w;
    }

    public float[] floats() {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }
  }

  /** Cross-correlation of {@code x} with {@code weight} (out, in / groups, kH, kW). */
  public static Tensor conv(
      Tensor x, Tensor weight, int stride, int padH, int padW, int dilation, int groups) {
    int outH = (x.h + 2 * padH - dilation * (weight.h - 1) - 1) / stride + 1;
    int outW = (x.w + 2 * padW - dilation * (weight.w - 1) - 1) / stride + 1;
    Tensor y = new Tensor(x.n, weight.n, outH, outW);
    int outPerGroup = weight.n / groups;
    for (int i = 0; i < y.n; i++) {
      for (int o = 0; o < y.c; o++) {
        int firstIn = o / outPerGroup * weight.c;
        for (int row = 0; row < outH; row++) {
          for (int column = 0; column < outW; column++) {
            double sum = 0;
            for (int c = 0; c < weight.c; c++) {
              for (int ky = 0; ky < weight.h; ky++) {
                for (int kx = 0; kx < weight.w; kx++) {
                  int sy = row * stride - padH + ky * dilation;
                  int sx = column * stride - padW + kx * dilation;
                  if (x.inside(sy, sx)) {
                    sum += x.get(i, firstIn + c, sy, sx) * weight.get(o, c, ky, kx);
                  }
                }
              }
            }
            y.values[y.index(i, o, row, column)] = sum;
          }
        }
      }
    }
    return y;
  }

  /**
   * A transposed convolution of {@code x} with {@code weight} (in, out / groups, k, k): each pixel
   * puts its kernel into a large image, of which the padding is cut away.
   */
  public static Tensor convTranspose(
      Tensor x, Tensor weight, int stride, int padding, int more, int dilation, int groups) {
    int k = weight.h;
    int reach = dilation * (k - 1) + 1 - 2 * padding + more;
    Tensor y =
        new Tensor(x.n, weight.c * groups, (x.h - 1) * stride + reach, (x.w - 1) * stride + reach);
    for (int i = 0; i < x.n; i++) {
      for (int c = 0; c < x.c; c++) {
        int firstOut = c / (x.c / groups) * weight.c;
        for (int row = 0; row < x.h; row++) {
          for (int column = 0; column < x.w; column++) {
            for (int o = 0; o < weight.c; o++) {
              for (int ky = 0; ky < k; ky++) {
                for (int kx = 0; kx < k; kx++) {
                  int ty = row * stride - padding + ky * dilation;
                  int tx = column * stride - padding + kx * dilation;
                  if (y.inside(ty, tx)) {
                    y.values[y.index(i, firstOut + o, ty, tx)] +=
                        x.get(i, c, row, column) * weight.get(c, o, ky, kx);
                  }
                }
              }
            }
          }
        }
      }
    }
    return y;
  }

  /** The maximum over windows; windows may hang over the edge. */
  public static Tensor maxPool(Tensor x, int kernel, int stride, int padding, int outH, int outW) {
    Tensor y = new Tensor(x.n, x.c, outH, outW);
    for (int i = 0; i < x.n; i++) {
      for (int c = 0; c < x.c; c++) {
        for (int row = 0; row < outH; row++) {
          for (int column = 0; column < outW; column++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int ky = 0; ky < kernel; ky++) {
              for (int kx = 0; kx < kernel; kx++) {
                int sy = row * stride - padding + ky;
                int sx = column * stride - padding + kx;
                if (x.inside(sy, sx)) {
                  max = Math.max(max, x.get(i, c, sy, sx));
                }
              }
            }
            y.values[y.index(i, c, row, column)] = max;
          }
        }
      }
    }
    return y;
  }

  /** The mean over windows, of all their places or only of those inside the input. */
  public static Tensor averagePool(
      Tensor x, int kernel, int stride, int padding, boolean countPadding, int outH, int outW) {
    Tensor y = new Tensor(x.n, x.c, outH, outW);
    for (int i = 0; i < x.n; i++) {
      for (int c = 0; c < x.c; c++) {
        for (int row = 0; row < outH; row++) {
          for (int column = 0; column < outW; column++) {
            double sum = 0;
            int count = 0;
            for (int ky = 0; ky < kernel; ky++) {
              for (int kx = 0; kx < kernel; kx++) {
                int sy = row * stride - padding + ky;
                int sx = column * stride - padding + kx;
                if (x.inside(sy, sx)) {
                  sum += x.get(i, c, sy, sx);
                  count++;
                }
              }
            }
            y.values[y.index(i, c, row, column)] = sum / (countPadding ? kernel * kernel : count);
          }
        }
      }
    }
    return y;
  }

  /** A function of every number. */
  public static Tensor map(Tensor x, DoubleUnaryOperator function) {
    Tensor y = new Tensor(x.n, x.c, x.h, x.w);
    for (int i = 0; i < y.values.length; i++) {
      y.values[i] = function.applyAsDouble(x.values[i]);
    }
    return y;
  }

  /** The mean of each channel over batch, height and width. */
  public static double[] channelMean(Tensor x) {
    double[] mean = new double[x.c];
    for (int i = 0; i < x.values.length; i++) {
      mean[i / (x.h * x.w) % x.c] += x.values[i] / (x.n * x.h * x.w);
    }
    return mean;
  }

  /** The biased variance of each channel over batch, height and width. */
  public static double[] channelVariance(Tensor x) {
    double[] mean = channelMean(x);
    double[] variance = new double[x.c];
    for (int i = 0; i < x.values.length; i++) {
      int c = i / (x.h * x.w) % x.c;
      variance[c] += Math.pow(x.values[i] - mean[c], 2) / (x.n * x.h * x.w);
    }
    return variance;
  }
}
