package convnets.viz;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class LetteringTest {

  private static final Font USUAL = Style.bold(15);

  private final List<String> warnings = new ArrayList<>();

  /** A font that says that it shows some letters. */
  private static final class Showing extends Font {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // never written
    private final IntPredicate letters;

    Showing(String family, IntPredicate letters) {
      super(new Font(family, Font.PLAIN, 1));
      this.letters = letters;
    }

    @Override
    public boolean canDisplay(int letter) {
      return letters.test(letter);
    }
  }

  private Lettering lettering(Font... fonts) {
    return new Lettering(() -> List.of(fonts), warnings::add);
  }

  @Test
  void lettersOfTheUsualFontAreWrittenInIt() {
    Lettering lettering = lettering(new Showing(Font.SERIF, l -> true));
    assertThat(lettering.showing(USUAL, "error (%)", "Fehlergröße, ошибка, λ")).isSameAs(USUAL);
    assertThat(Lettering.width(USUAL, "abc")).isPositive();
    assertThat(warnings).isEmpty();
  }

  @Test
  void otherLettersAreWrittenInAFontThatShowsThem() {
    int cat = "猫".codePointAt(0);
    int dog = "犬".codePointAt(0);
    Font one = new Showing(Font.MONOSPACED, l -> l == cat);
    Font both = new Showing(Font.SERIF, l -> l == cat || l == dog);
    Lettering lettering = lettering(one, both);
    Font found = lettering.showing(USUAL, "猫", "or 犬");
    assertThat(found.getFamily()).isEqualTo(new Font(Font.SERIF, Font.PLAIN, 1).getFamily());
    assertThat(found.getSize()).isEqualTo(15);
    assertThat(found.isBold()).isTrue();
    assertThat(warnings).isEmpty();
  }

  @Test
  void ofFontsThatShowThemOneWithLatinIsTaken() {
    Font alone = new Showing(Font.MONOSPACED, l -> l > 255);
    Font mixed = new Showing(Font.SERIF, l -> true);
    assertThat(lettering(alone, mixed).showing(USUAL, "猫 a").getFamily())
        .isEqualTo(new Font(Font.SERIF, Font.PLAIN, 1).getFamily());
  }

  @Test
  void whereNoFontShowsThemThatIsSaidOnce() {
    Lettering lettering = lettering(new Showing(Font.SERIF, l -> l < 128));
    assertThat(lettering.showing(USUAL, "猫と犬")).isEqualTo(USUAL);
    lettering.showing(USUAL, "고양이");
    lettering.showing(USUAL, "猫");
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("No font of this machine shows 猫 (U+732B, HAN)")
        .contains("fonts-noto-cjk")
        .doesNotContain("\n");
    assertThat(lettering().showing(USUAL, "猫")).isEqualTo(USUAL);
  }
}
