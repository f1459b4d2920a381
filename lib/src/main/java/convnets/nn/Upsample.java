package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.SpatialOps;
import java.util.Optional;

/**
 * Images at another size, (N, C, H, W) -> (N, C, factor · H, factor · W) or of a size that is
 * given; nothing is learned. By default each pixel comes from the nearest. Each method below
 * returns a new layer.
 */
public final class Upsample extends Unit {

  private enum Kind {
    NEAREST("nearest upsampling"),
    BILINEAR("bilinear upsampling"),
    ALIGNED("bilinear upsampling, corners aligned");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  private final Kind kind;

  /** 0 for a layer that makes a given size. */
  private final int factor;

  private final int height;
  private final int width;

  private Upsample(Kind kind, int factor, int height, int width) {
    this.kind = kind;
    this.factor = factor;
    this.height = height;
    this.width = width;
  }

  static Upsample by(int factor) {
    return new Upsample(Kind.NEAREST, Checks.positive("factor", factor), 0, 0);
  }

  static Upsample to(int height, int width) {
    return new Upsample(
        Kind.NEAREST, 0, Checks.positive("height", height), Checks.positive("width", width));
  }

  /**
   * Takes each pixel between its four neighbours, where the image's corners stay where they are,
   * those of its corner pixels: PyTorch's {@code align_corners=False}.
   */
  public Upsample bilinear() {
    return new Upsample(Kind.BILINEAR, factor, height, width);
  }

  /**
   * Takes each pixel between its four neighbours, where the centres of the corner pixels stay where
   * they are: PyTorch's {@code align_corners=True}.
   */
  public Upsample alignCorners() {
    return new Upsample(Kind.ALIGNED, factor, height, width);
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Shape s = Inputs.images(describe(), x);
    long rows = factor == 0 ? height : factor * s.get(2);
    long columns = factor == 0 ? width : factor * s.get(3);
    if (pass.dry()) {
      return pass.shaped(new Shape(s.get(0), s.get(1), rows, columns), x);
    }
    return kind == Kind.NEAREST
        ? SpatialOps.upsampleNearest(x, rows, columns)
        : SpatialOps.upsampleBilinear(x, rows, columns, kind == Kind.ALIGNED);
  }

  /** Known for a factor: which share of a pixel a given size is depends on the input. */
  @Override
  public Optional<Window> window() {
    int seen = kind == Kind.NEAREST || factor == 1 ? 1 : 2;
    return factor == 0 ? Optional.empty() : Optional.of(new Window(seen, seen, 1, 1, factor));
  }

  @Override
  public Topology topology() {
    return factor == 0 ? Topology.OWN : Topology.LAYER; // so that nobody takes it for one pixel
  }

  @Override
  public Label label() {
    return Label.of(Role.POOLING, kind.text + size());
  }

  @Override
  public String describe() {
    return kind.text + size();
  }

  private String size() {
    return factor == 0 ? " to " + height + "×" + width : ", ×" + factor;
  }
}
