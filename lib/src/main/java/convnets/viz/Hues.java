package convnets.viz;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has which colour: names that were reserved one, in their order, and then those that come. No
 * two share one.
 */
final class Hues {

  private final List<String> names;

  Hues(List<String> reserved) {
    names = new ArrayList<>(reserved);
  }

  /** The colour of a name, the same one whenever it comes. */
  Color of(String name) {
    if (!names.contains(name)) {
      names.add(name);
    }
    return Style.classColor(names.indexOf(name));
  }
}
