package convnets.viz;

import convnets.data.Target;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.Arrays;
import java.util.List;

/**
 * Which colour is which class, below images of classes.
 *
 * @param colors of the classes that are shown
 * @param names of the same
 */
record MaskLegend(List<Color> colors, List<String> names) {

  static final MaskLegend NONE = new MaskLegend(List.of(), List.of());

  private static final Font FONT = Style.font(12);
  private static final int SWATCH = 12;
  private static final int GAP = 6;
  private static final int LINE = 19;

  /**
   * Of some classes.
   *
   * @param shown their numbers
   * @param names of all classes
   */
  static MaskLegend of(int[] shown, List<String> names) {
    for (int number : shown) {
      if (number >= names.size() && number != Target.IGNORED) {
        throw new IllegalArgumentException(
            "names (%d) must be of all classes, and %d is shown".formatted(names.size(), number));
      }
    }
    return new MaskLegend(
        Arrays.stream(shown).mapToObj(MaskColors::of).toList(),
        Arrays.stream(shown)
            .mapToObj(c -> c == Target.IGNORED ? "ignored" : names.get(c))
            .toList());
  }

  /** As in "colours for cat, dog". */
  String said() {
    return "colours for " + String.join(", ", names);
  }

  private static int widthOf(String name) {
    return SWATCH + GAP + (int) Math.ceil(FlowSize.width(FONT, name)) + 2 * GAP;
  }

  /** The width that the longest name takes. */
  int widest() {
    return names.stream().mapToInt(MaskLegend::widthOf).max().orElse(0);
  }

  /** The height of all lines. */
  int height(int width) {
    return names.isEmpty() ? 0 : LINE * (place(names.size() - 1, width)[1] + 1) + GAP;
  }

  /** Where an entry stands: its left edge and its line. */
  private int[] place(int entry, int width) {
    int x = 0;
    int line = 0;
    for (int i = 0; i <= entry; i++) {
      int own = widthOf(names.get(i));
      if (x > 0 && x + own > width) {
        x = 0;
        line++;
      }
      if (i < entry) {
        x += own;
      }
    }
    return new int[] {x, line};
  }

  void draw(Graphics2D g, int left, int top, int width) {
    g.setFont(FONT);
    for (int i = 0; i < names.size(); i++) {
      int[] place = place(i, width);
      int x = left + place[0];
      int y = top + place[1] * LINE + 3;
      g.setColor(colors.get(i));
      g.fillRect(x, y, SWATCH, SWATCH);
      g.setColor(Style.FRAME);
      g.drawRect(x, y, SWATCH, SWATCH);
      g.setColor(Style.TEXT);
      Lettering.draw(g, names.get(i), x + SWATCH + GAP, y + SWATCH - 2);
    }
  }
}
