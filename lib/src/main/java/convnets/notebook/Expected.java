package convnets.notebook;

import java.util.Objects;

/**
 * What a check compares an answer with. Everybody may make one; only checks look inside, so that no
 * answer is had by asking for it.
 *
 * @param <T> the kind of the reference answer
 */
public final class Expected<T> {

  private final T value;

  private Expected(T value) {
    this.value = value;
  }

  /** Hides a reference answer. */
  public static <T> Expected<T> of(T value) {
    return new Expected<>(Objects.requireNonNull(value, "value must not be null"));
  }

  T value() {
    return value;
  }

  /** Says nothing of what is inside. */
  @Override
  public String toString() {
    return "what the check expects";
  }
}
