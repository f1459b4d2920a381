package convnets.viz;

import java.util.List;
import java.util.stream.Collectors;

/** What a diagram shows, in words, in the order of the data. */
final class FlowText {

  private FlowText() {}

  /** As in "3×3 conv, 16, then the sum of (3×3 conv, 16) and (the input itself), then ReLU". */
  static String of(Flow flow) {
    if (flow instanceof Flow.Series series) {
      return join(series.parts(), ", then ");
    }
    if (flow instanceof Flow.Fork fork) {
      String what = fork.split() ? "its chunk of the channels through each of " : "";
      String joined = fork.adds() ? "the sum of " : "the concatenation of ";
      return joined + what + join(fork.branches(), " and ", "(", ")");
    }
    if (flow instanceof Flow.Gated gated) {
      return "scaled by (" + of(gated.attention()) + ")";
    }
    if (flow instanceof Flow.Scope scope) {
      return repeated(scope.name(), scope.times()) + ": [" + of(scope.content()) + "]";
    }
    if (flow instanceof Flow.Closed closed) {
      return repeated(closed.name(), closed.times());
    }
    if (flow instanceof Flow.Exit exit) {
      return "given out as " + exit.out();
    }
    if (flow instanceof Flow.Box box) {
      return box.notes().isEmpty()
          ? box.title()
          : box.title() + " " + String.join(" ", box.notes());
    }
    return "the input itself";
  }

  private static String repeated(String name, int times) {
    return times == 1 ? name : name + ", " + times + " times";
  }

  private static String join(List<Flow> flows, String between) {
    return join(flows, between, "", "");
  }

  private static String join(List<Flow> flows, String between, String before, String after) {
    return flows.stream()
        .map(flow -> before + of(flow) + after)
        .collect(Collectors.joining(between));
  }
}
