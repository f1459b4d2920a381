package convnets.notebook;

/**
 * What the {@link Referee} says. It is thrown because a kernel's reply always tells what a cell
 * threw; what a cell prints or returns may be lost behind what others print.
 */
public final class Ruling extends RuntimeException {

  private static final long serialVersionUID = 1;

  Ruling(String text) {
    super(text, null, false, false);
  }
}
