package convnets.viz;

import convnets.nn.Role;
import java.util.List;

/**
 * What a diagram shows, before anything has a place. Shapes are texts; {@code out} is that of the
 * output.
 *
 * <p>Two parts that look the same are equal: so repeats are found.
 */
sealed interface Flow {

  /** The shape of what comes out. */
  String out();

  /** A layer with what directly follows it. */
  record Box(Role role, String title, List<String> notes, String out) implements Flow {}

  /** A scope that is closed: its name, the layers of its main path, and how often they come. */
  record Closed(String name, List<String> lines, int times, String out) implements Flow {}

  /** One after the other. */
  record Series(List<Flow> parts, String out) implements Flow {}

  /** How branches end. */
  enum Join {
    ADD,
    CONCAT
  }

  /**
   * Branches side by side.
   *
   * @param split whether each has its own share of the channels
   */
  record Fork(boolean split, Join join, List<Flow> branches, String out) implements Flow {}

  /** What comes in, scaled by an attention over it. */
  record Gated(Flow attention, String out) implements Flow {}

  /** A named scope, drawn {@code times} times in one. */
  record Scope(String name, int times, Flow content) implements Flow {
    @Override
    public String out() {
      return content.out();
    }
  }

  /** The input itself. */
  record Wire(String out) implements Flow {}
}
