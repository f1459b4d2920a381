package convnets.notebook;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Function;

/**
 * Places where a computation jumps, as the gradient of a ReLU does at zero: there the last bits of
 * float arithmetic decide, and two right answers may differ.
 */
final class Jumps {

  /** So far about, in units of the numbers themselves: more than rounding, less than any slope. */
  private static final float AROUND = 3e-6f;

  /** Each finds a jump nearby in one of two cases at least. */
  private static final int TRIES = 8;

  private Jumps() {}

  /**
   * Whether the expected numbers differ right beside these.
   *
   * @param x random numbers of about 1
   * @param share of the largest number of an array, or of 1, from which a difference is a jump
   * @param outputs the expected arrays for an input
   */
  static boolean near(NDArray x, double share, Function<NDArray, List<NDArray>> outputs) {
    List<Numbers> here = numbers(outputs.apply(x));
    for (int i = 0; i < TRIES; i++) {
      NDArray moved = x.add(x.getManager().randomNormal(x.getShape()).mul(AROUND));
      List<Numbers> beside = numbers(outputs.apply(moved));
      for (int j = 0; j < here.size(); j++) {
        Numbers expected = here.get(j);
        if (expected.difference(beside.get(j), share * expected.scale()).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Numbers> numbers(List<NDArray> arrays) {
    return arrays.stream().map(Numbers::of).toList();
  }
}
