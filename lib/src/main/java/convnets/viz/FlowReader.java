package convnets.viz;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.util.Pair;
import convnets.inspect.Shapes;
import convnets.nn.Combinators;
import convnets.nn.Label;
import convnets.nn.Role;
import convnets.nn.Topology;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Reads a block as a {@link Flow}: the same structure, folded in the manner of the papers. */
final class FlowReader {

  private final Map<Block, String> paths;
  private final Map<Block, String> ins = new IdentityHashMap<>();
  private final Map<Block, String> outs = new IdentityHashMap<>();

  private FlowReader(Unit root, Shape input) {
    paths = root.paths();
    root.observeShapes(
        (block, inputs, outputs) -> {
          ins.putIfAbsent(block, text(inputs));
          outs.putIfAbsent(block, text(outputs));
        },
        input);
  }

  private static String text(NDList arrays) {
    return Shapes.text(List.of(arrays.getShapes()));
  }

  /**
   * Reads a block.
   *
   * @param depth how many scopes within scopes are open; those below are closed
   */
  static Flow read(Block block, Shape input, int depth) {
    Unit root = block instanceof Unit unit ? unit : Combinators.seq(block);
    return close(new FlowReader(root, input).read(root), depth);
  }

  private Flow read(Block block) {
    if (!(block instanceof Unit unit)) {
      return new Flow.Box(Role.OTHER, block.getClass().getSimpleName(), List.of(), out(block));
    }
    return switch (unit.topology()) {
      case LAYER, OWN -> layer(unit);
      case SERIES -> series(children(unit).stream().map(this::scoped).toList(), out(unit));
      case STAGES -> stages(unit);
      case ADD -> new Flow.Fork(false, true, branches(unit), out(unit));
      case CONCAT -> new Flow.Fork(false, false, branches(unit), out(unit));
      case SPLIT -> new Flow.Fork(true, false, branches(unit), out(unit));
      case GATE -> gate(unit);
      case AUXILIARY -> read(children(unit).get(0));
      case SCOPE -> scope(unit.describe(), read(children(unit).get(0)));
    };
  }

  private Flow layer(Unit unit) {
    Label label = unit.label();
    return label.role() == Role.IDENTITY && ins.get(unit).equals(outs.get(unit))
        ? new Flow.Wire(out(unit))
        : new Flow.Box(label.role(), label.title(), label.notes(), out(unit));
  }

  /** A series that gives out what each part makes; the last goes on as ever. */
  private Flow stages(Unit unit) {
    List<Flow> parts = new ArrayList<>();
    for (Block stage : children(unit)) {
      if (!parts.isEmpty()) {
        parts.add(new Flow.Exit(parts.get(parts.size() - 1).out()));
      }
      parts.add(scoped(stage));
    }
    return series(parts, parts.get(parts.size() - 1).out());
  }

  private Flow gate(Unit unit) {
    List<Flow> parts = branches(unit);
    return series(List.of(parts.get(0), new Flow.Gated(parts.get(1), out(unit))), out(unit));
  }

  private List<Flow> branches(Unit unit) {
    return children(unit).stream().map(this::scoped).toList();
  }

  private static List<Block> children(Unit unit) {
    List<Block> blocks = new ArrayList<>();
    for (Pair<String, Block> child : unit.getChildren()) {
      blocks.add(child.getValue());
    }
    return blocks;
  }

  /** Reads a child, as a scope if it is a composite with a name of its own. */
  private Flow scoped(Block block) {
    boolean composite = block instanceof Unit unit && unit.topology() != Topology.LAYER;
    String path = paths.get(block);
    Flow flow = read(block);
    if (!composite || path == null || ((Unit) block).topology() == Topology.SCOPE) {
      return flow;
    }
    return scope(path.substring(path.lastIndexOf('.') + 1), flow);
  }

  private String out(Block block) {
    return outs.get(block);
  }

  /** A scope; a single box needs no frame. */
  private static Flow scope(String name, Flow content) {
    boolean single = content instanceof Flow.Box || content instanceof Flow.Wire;
    return single ? content : new Flow.Scope(name, 1, content);
  }

  // Folding: what follows a layer directly goes into its box, equal scopes into one.

  private static Flow series(List<Flow> parts, String out) {
    List<Flow> folded = new ArrayList<>();
    parts.forEach(part -> append(folded, part));
    if (folded.isEmpty()) {
      return new Flow.Wire(out);
    }
    return folded.size() == 1 ? folded.get(0) : new Flow.Series(List.copyOf(folded), out);
  }

  private static void append(List<Flow> parts, Flow next) {
    int last = parts.size() - 1;
    if (next instanceof Flow.Wire) {
      return;
    }
    if (next instanceof Flow.Series series) {
      series.parts().forEach(part -> append(parts, part));
    } else if (last >= 0
        && parts.get(last) instanceof Flow.Box first
        && next instanceof Flow.Box second
        && joins(first, second)) {
      parts.set(last, join(first, second));
    } else if (last >= 0
        && parts.get(last) instanceof Flow.Scope first
        && next instanceof Flow.Scope second
        && first.content().equals(second.content())) {
      String name = first.name().split("–")[0] + "–" + second.name();
      parts.set(last, new Flow.Scope(name, first.times() + 1, first.content()));
    } else {
      parts.add(next);
    }
  }

  private static boolean joins(Flow.Box first, Flow.Box second) {
    return switch (second.role()) {
      case NORMALIZATION, ACTIVATION -> first.role() != Role.POOLING && first.role() != Role.OTHER;
      case IDENTITY -> true; // another form of the same numbers
      default -> false;
    };
  }

  private static Flow.Box join(Flow.Box first, Flow.Box second) {
    boolean learned =
        switch (first.role()) {
          case CONVOLUTION, FULLY_CONNECTED, POOLING, OTHER -> true;
          default -> false;
        };
    List<String> notes = new ArrayList<>(first.notes());
    if (learned) {
      notes.add(second.title());
    }
    String title = learned ? first.title() : first.title() + ", " + second.title();
    return new Flow.Box(first.role(), title, List.copyOf(notes), second.out());
  }

  // Closing: scopes below a depth become a box of a few lines, like a cell of table 1.

  private static Flow close(Flow flow, int depth) {
    if (flow instanceof Flow.Scope scope) {
      return depth == 0
          ? closed(scope)
          : new Flow.Scope(scope.name(), scope.times(), close(scope.content(), depth - 1));
    }
    if (flow instanceof Flow.Series series) {
      return new Flow.Series(close(series.parts(), depth), series.out());
    }
    if (flow instanceof Flow.Fork fork) {
      return new Flow.Fork(fork.split(), fork.adds(), close(fork.branches(), depth), fork.out());
    }
    if (flow instanceof Flow.Gated gated) {
      return new Flow.Gated(close(gated.attention(), depth), gated.out());
    }
    return flow;
  }

  private static List<Flow> close(List<Flow> flows, int depth) {
    return flows.stream().map(flow -> close(flow, depth)).toList();
  }

  private static Flow.Closed closed(Flow.Scope scope) {
    List<Flow> parts =
        scope.content() instanceof Flow.Series series ? series.parts() : List.of(scope.content());
    if (!parts.stream().allMatch(Flow.Scope.class::isInstance)) {
      return new Flow.Closed(scope.name(), shortened(mainPath(scope)), scope.times(), scope.out());
    }
    // A stage of blocks: they differ at most in how they begin.
    List<List<String>> blocks = parts.stream().map(FlowReader::mainPath).distinct().toList();
    int times = parts.stream().mapToInt(part -> ((Flow.Scope) part).times()).sum();
    return blocks.size() == 1
        ? new Flow.Closed(scope.name(), shortened(blocks.get(0)), times, scope.out())
        : new Flow.Closed(scope.name(), List.of(times + " blocks"), scope.times(), scope.out());
  }

  /** The titles of the layers that learn, along the longest branches, without their strides. */
  private static List<String> mainPath(Flow flow) {
    if (flow instanceof Flow.Box box) {
      boolean counts = box.role() == Role.CONVOLUTION || box.role() == Role.FULLY_CONNECTED;
      return counts ? List.of(box.title().replaceAll(", /\\d+$", "")) : List.of();
    }
    if (flow instanceof Flow.Scope scope) {
      return mainPath(scope.content());
    }
    if (flow instanceof Flow.Series series) {
      return series.parts().stream().flatMap(part -> mainPath(part).stream()).toList();
    }
    if (flow instanceof Flow.Fork fork) {
      return fork.branches().stream()
          .map(FlowReader::mainPath)
          .reduce((a, b) -> a.size() >= b.size() ? a : b)
          .orElseThrow();
    }
    return List.of();
  }

  private static List<String> shortened(List<String> lines) {
    int most = 4;
    if (lines.size() <= most) {
      return lines;
    }
    List<String> few = new ArrayList<>(lines.subList(0, most - 2));
    few.add("…");
    few.add(lines.get(lines.size() - 1));
    return List.copyOf(few);
  }
}
