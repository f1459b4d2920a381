package convnets.torch;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Arrays of constants by the numbers in them, the latest few thousand: a factor that is another one
 * at each step must not fill the memory.
 *
 * <p>What was not asked for while a generation of others was made is let go of, and freed another
 * generation later, when nobody computes with it any more.
 *
 * @param <T> the numbers
 */
final class Constants<T> {

  private final int generation;
  private Map<T, NDArray> young = new HashMap<>();
  private Map<T, NDArray> old = new HashMap<>();
  private Collection<NDArray> leaving = List.of();

  /**
   * @param generation how many constants make one: at most three times as many arrays are kept
   */
  Constants(int generation) {
    this.generation = generation;
  }

  /** The array of some numbers, made if there is none. */
  synchronized NDArray get(T numbers, Supplier<NDArray> maker) {
    NDArray found = young.get(numbers);
    if (found == null) {
      found = old.remove(numbers);
      young.put(numbers, found == null ? maker.get() : found);
      found = young.get(numbers);
      if (young.size() == generation) {
        age();
      }
    }
    return found;
  }

  private void age() {
    leaving.forEach(NDArray::close);
    leaving = new ArrayList<>(old.values());
    old = young;
    young = new HashMap<>();
  }
}
