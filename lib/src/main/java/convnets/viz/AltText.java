package convnets.viz;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/**
 * What a chart or an image shows, in words: for people who hear a page, and wherever the picture
 * itself cannot be seen.
 *
 * <p>Every builder of this package says by itself what it has drawn, from the names that it was
 * given; its method {@code alt} says it better.
 */
public final class AltText {

  private static final Map<Object, String> TEXTS = Collections.synchronizedMap(new WeakHashMap<>());

  private AltText() {}

  /**
   * Says what a picture shows, in place of what was said before.
   *
   * @param picture a chart or an image, for example one that no builder has made
   * @return the picture
   */
  public static <T> T describe(T picture, String text) {
    Objects.requireNonNull(picture, "picture must not be null");
    if (text.isBlank()) {
      throw new IllegalArgumentException("text () must say what the picture shows");
    }
    TEXTS.put(picture, text);
    return picture;
  }

  /** What a picture shows; nothing, if nobody has said it. */
  public static Optional<String> of(Object picture) {
    return Optional.ofNullable(TEXTS.get(picture));
  }

  /** Says of a picture what others show together, if each of them is described. */
  static <T> T describeAll(T picture, Object... parts) {
    if (Arrays.stream(parts).allMatch(TEXTS::containsKey)) {
      describe(picture, Arrays.stream(parts).map(TEXTS::get).collect(Collectors.joining("; ")));
    }
    return picture;
  }

  /** A title and what follows it, of which either may be empty. */
  static String titled(String title, String text) {
    return title.isEmpty() || text.isEmpty() ? title + text : title + ": " + text;
  }
}
