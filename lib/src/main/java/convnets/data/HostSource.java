package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;

/**
 * A source whose examples are made by Java when they are asked for: read, decoded, drawn. {@link
 * Batches} have this done ahead, on threads of their own, while the device works at earlier ones.
 */
public interface HostSource extends Source {

  /**
   * Makes some of the examples, on any thread, several such calls side by side. The engine is not
   * used yet, so that nothing is left if nobody asks for the rest.
   *
   * @param indices of the examples, from 0
   * @return the rest of {@link #gather}: it puts them on the device
   */
  Function<NDManager, NDList> make(int... indices);

  @Override
  default NDList gather(NDManager owner, int... indices) {
    return make(indices).apply(owner);
  }
}
