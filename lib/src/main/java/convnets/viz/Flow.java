package convnets.viz;

import convnets.nn.Role;
import java.util.List;

/**
 * What a diagram shows, before anything has a place. Shapes are texts.
 *
 * <p>Two parts that look the same are equal: so repeats are found.
 */
sealed interface Flow {

  /** Between the shapes of several arrays, as {@link convnets.inspect.Shapes} writes them. */
  String AND = ", ";

  /** The shape of what comes out; of several arrays, the shapes. */
  String out();

  /** The parts within. */
  default List<Flow> children() {
    return List.of();
  }

  /** Whether the last edge within this part tells the shape of what comes out. */
  default boolean tellsShape() {
    return false;
  }

  /** Whether the shape is to be told behind this part, given that of what goes in. */
  default boolean needsLabel(String in) {
    return !out().equals(in) && !tellsShape();
  }

  /** A layer with what directly follows it. */
  record Box(Role role, String title, List<String> notes, String out) implements Flow {}

  /** A scope that is closed: its name, the layers of its main path, and how often they come. */
  record Closed(String name, List<String> lines, int times, String out) implements Flow {}

  /** One after the other, two at least. */
  record Series(List<Flow> parts, String out) implements Flow {

    Flow last() {
      return parts.get(parts.size() - 1);
    }

    /** Whether the shape is to be told behind a part; an exit tells it itself. */
    boolean needsLabel(int part, String in) {
      boolean inside = part < parts.size() - 1 && !(parts.get(part + 1) instanceof Exit);
      return inside && parts.get(part).needsLabel(in);
    }

    @Override
    public List<Flow> children() {
      return parts;
    }

    @Override
    public boolean tellsShape() {
      boolean toldBefore = last() instanceof Box && parts.get(parts.size() - 2) instanceof Fork;
      return toldBefore && parts.get(parts.size() - 2).out().equals(out);
    }
  }

  /**
   * Branches side by side, added or else concatenated.
   *
   * @param split whether each has its own chunk of the channels
   */
  record Fork(boolean split, boolean adds, List<Flow> branches, String out) implements Flow {

    @Override
    public List<Flow> children() {
      return branches;
    }

    /** The shape of what goes into a branch; a chunk of the channels has that of its output. */
    String input(Flow branch, String in) {
      return split ? branch.out() : in;
    }

    /** The branch that goes straight on, or −1 where all are of equal rank. */
    int main() {
      List<Flow> bodies = branches.stream().filter(b -> !(b instanceof Wire)).toList();
      boolean alone = bodies.size() == 1 && !split;
      if (alone || adds) {
        return bodies.isEmpty() ? 0 : branches.indexOf(bodies.get(0));
      }
      return -1;
    }
  }

  /** What comes in, scaled by an attention over it. */
  record Gated(Flow attention, String out) implements Flow {

    /** The shape of the attention. */
    String shape() {
      return attention.out();
    }

    @Override
    public List<Flow> children() {
      return List.of(attention);
    }
  }

  /** A named scope, drawn once for {@code times} times. */
  record Scope(String name, int times, Flow content) implements Flow {

    @Override
    public String out() {
      return content.out();
    }

    @Override
    public List<Flow> children() {
      return List.of(content);
    }

    @Override
    public boolean tellsShape() {
      return content.tellsShape();
    }
  }

  /** Where what has been made so far is given out, and goes on as well. */
  record Exit(String out) implements Flow {}

  /** The input itself. */
  record Wire(String out) implements Flow {}
}
