package convnets.viz;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.font.FontRenderContext;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Texts in fonts that show them. The usual font has Latin, Greek and Cyrillic letters, and on many
 * machines no others; then another font of the machine is taken. Where none shows a text, that is
 * said once, on the error stream, and boxes stand for its letters.
 */
final class Lettering {

  private static final FontRenderContext METRICS = new FontRenderContext(null, true, true);

  /** That of this machine. */
  private static final Lettering MACHINE =
      new Lettering(
          () -> List.of(GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts()),
          System.err::println);

  private final Supplier<List<Font>> fonts;
  private final Consumer<String> warning;
  private final AtomicBoolean warned = new AtomicBoolean();

  /** By the letters that the usual font lacks: looking through all fonts takes a while. */
  private final Map<String, Font> others = new ConcurrentHashMap<>();

  Lettering(Supplier<List<Font>> fonts, Consumer<String> warning) {
    this.fonts = fonts;
    this.warning = warning;
  }

  /** This font, or one of its size and style that shows these texts. */
  static Font font(Font usual, String... texts) {
    return MACHINE.showing(usual, texts);
  }

  /** Writes a text in the font of the drawing, or in another that shows it. */
  static void draw(Graphics2D g, String text, double x, double y) {
    Font usual = g.getFont();
    g.setFont(font(usual, text));
    g.drawString(text, (float) x, (float) y);
    g.setFont(usual);
  }

  /** How wide {@link #draw} writes a text. */
  static double width(Font usual, String text) {
    return font(usual, text).getStringBounds(text, METRICS).getWidth();
  }

  Font showing(Font usual, String... texts) {
    StringBuilder missing = new StringBuilder();
    for (String text : texts) {
      if (usual.canDisplayUpTo(text) >= 0) {
        text.codePoints()
            .filter(letter -> !usual.canDisplay(letter))
            .distinct()
            .forEach(missing::appendCodePoint);
      }
    }
    if (missing.isEmpty()) {
      return usual;
    }
    Font other = others.computeIfAbsent(missing.toString(), letters -> find(usual, letters));
    return other.deriveFont(usual.getStyle(), usual.getSize2D());
  }

  /** The font that shows most of these letters; among equals the first. */
  private Font find(Font usual, String letters) {
    Font best =
        fonts.get().stream()
            .max(
                Comparator.comparingLong((Font font) -> shown(font, letters))
                    // of equals, one that writes the rest of a text as well
                    .thenComparingLong(font -> shown(font, "Aa0"))
                    .thenComparing(font -> font.getFontName(), Comparator.reverseOrder()))
            .filter(font -> shown(font, letters) > 0)
            .orElse(usual);
    if (shown(best, letters) < letters.codePoints().count() && !warned.getAndSet(true)) {
      int letter = letters.codePoints().filter(l -> !best.canDisplay(l)).findFirst().orElseThrow();
      warning.accept(
          "No font of this machine shows %s (U+%04X, %s): boxes stand for it in pictures. Install one, as the package fonts-noto-cjk for Chinese, Japanese and Korean, and start Java anew."
              .formatted(
                  Character.toString(letter), letter, Character.UnicodeScript.of(letter).name()));
    }
    return best;
  }

  private static long shown(Font font, String letters) {
    return letters.codePoints().filter(font::canDisplay).count();
  }
}
