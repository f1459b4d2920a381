package convnets.nn;

import java.util.List;

/**
 * What a figure writes into the box of a layer, in the manner of the papers: "3×3 conv, 64, /2".
 *
 * @param role what the layer does
 * @param title one short line
 * @param notes what else defines the layer, a few words each: "32 groups"
 */
public record Label(Role role, String title, List<String> notes) {

  /** A label of one line. */
  static Label of(Role role, String title) {
    return new Label(role, title, List.of());
  }
}
