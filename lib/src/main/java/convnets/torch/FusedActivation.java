package convnets.torch;

/**
 * The activations that native operators compute along with what comes before them, while the
 * numbers are at hand. The scripts know them by their places here.
 */
public enum FusedActivation {
  /** Nothing: the numbers themselves. */
  NONE(""),
  RELU("ReLU"),
  RELU6("ReLU6"),
  SILU("SiLU"),
  HARDSWISH("hard swish"),
  HARDSIGMOID("hard sigmoid"),
  SIGMOID("sigmoid");

  private final String text;

  FusedActivation(String text) {
    this.text = text;
  }

  /** How the scripts are told. */
  int code() {
    return ordinal();
  }

  /** What people call it; nothing for none. */
  @Override
  public String toString() {
    return text;
  }
}
