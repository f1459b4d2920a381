package convnets.viz;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.Checks;
import convnets.inspect.Shapes;
import java.awt.image.BufferedImage;

/**
 * The figure that a block is, drawn from the block itself in the manner of the papers.
 *
 * <p>Data flows downwards. A box is a layer, with the norm and the activation that follow it;
 * branches stand side by side and end where they are added (+), multiplied (×) or concatenated; a
 * frame is a named part, and repeats of it are drawn once. Beside the arrows stand the shapes,
 * without the batch, where they change. Maps that a backbone gives on the way leave to the right.
 * Side exits for training are left out.
 */
public final class Diagram {

  private final Block block;
  private final Shape input;
  private final int depth;
  private final int columns;

  private Diagram(Block block, Shape input, int depth, int columns) {
    this.block = block;
    this.input = input;
    this.depth = depth;
    this.columns = columns;
  }

  /**
   * Draws a block with all that is in it. The block need not be initialised, and nothing is
   * computed.
   *
   * @param input the shape of its input, batch included
   */
  public static Diagram of(Block block, Shape input) {
    return new Diagram(block, input, Integer.MAX_VALUE, 1);
  }

  /**
   * Opens this many levels of named parts and closes those within them: with 0, each stage of a
   * network is one box.
   */
  public Diagram depth(int depth) {
    if (depth < 0) {
      throw new IllegalArgumentException("depth (" + depth + ") must not be negative");
    }
    return new Diagram(block, input, depth, columns);
  }

  /** Breaks a long network into this many columns at most, to be read from left to right. */
  public Diagram columns(int columns) {
    return new Diagram(block, input, depth, Checks.positive("columns", columns));
  }

  /** Draws the figure; {@link AltText} has what is in it, in words. */
  public BufferedImage image() {
    Flow flow = flow();
    return AltText.describe(FlowPainter.paint(layout(flow)), "diagram: " + FlowText.of(flow));
  }

  FlowLayout layout() {
    return layout(flow());
  }

  private Flow flow() {
    return FlowReader.read(block, input, depth);
  }

  private FlowLayout layout(Flow flow) {
    return new FlowLayout(flow, Shapes.text(input), columns);
  }
}
