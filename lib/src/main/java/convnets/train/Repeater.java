package convnets.train;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.cuda.CudaUtils;
import convnets.data.Batch;
import convnets.torch.CudaGraph;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * Has a worker do the first steps, and then, where that can be, repeats what it did as one
 * recording of the GPU ({@link CudaGraph}): for learners whose steps are all the same ({@link
 * Learner#repeats}), for batches of one size. Whatever else comes, the worker does itself: the
 * smaller batch at an epoch's end, or a step after parameters were exchanged. The numbers are those
 * that the worker would compute.
 */
final class Repeater implements AutoCloseable {

  /** In the first steps PyTorch chooses algorithms and compiles; that is not to be recorded. */
  private static final int STEPS_BEFORE = 3;

  private final Worker worker;
  private final NDManager manager;
  private final List<Parameter> parameters;
  private boolean possible;
  private Recording recording;

  // What the recording holds for.
  private double weight;
  private List<NDArray> values = List.of();
  private List<Boolean> learned = List.of();

  // How many batches alike there were, while there is no recording.
  private Shape shape;
  private int steps;

  /**
   * For the only player on one device.
   *
   * @param manager of that device
   */
  Repeater(Worker worker, Learner learner, NDManager manager) {
    this.worker = worker;
    this.manager = manager;
    parameters =
        learner.players().stream()
            .flatMap(player -> player.net().getParameters().values().stream())
            .toList();
    possible =
        CudaGraph.available(manager.getDevice())
            && learner.players().size() == 1
            && learner.repeats();
  }

  /**
   * As {@link Worker#work}.
   *
   * @param objective the same computation in every step, if steps are repeated
   */
  Gradients work(Objective objective, Batch given, double weight) {
    if (!possible) {
      return worker.work(objective, given, weight);
    }
    Batch batch = given.on(manager.getDevice());
    if (recording != null && !holds(weight)) {
      forget();
    }
    if (recording != null) {
      return recording.fits(batch) ? recording.work(batch) : worker.work(objective, batch, weight);
    }
    boolean alike = batch.images().getShape().equals(shape);
    steps = alike ? steps + 1 : 1;
    shape = batch.images().getShape();
    if (steps > STEPS_BEFORE && record(objective, batch, weight)) {
      return recording.work(batch);
    }
    return worker.work(objective, batch, weight);
  }

  /** Whether the recording reads what a pass would read now. */
  private boolean holds(double weight) {
    if (weight != this.weight) {
      return false;
    }
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      if (parameter.getArray() != values.get(i) || parameter.requiresGradient() != learned.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Records if it can be; if it cannot, never tries again. */
  private boolean record(Objective objective, Batch batch, double weight) {
    this.weight = weight;
    values = parameters.stream().map(Parameter::getArray).toList();
    learned = parameters.stream().map(Parameter::requiresGradient).toList();
    try {
      possible = roomForAnother();
      if (possible) {
        recording = Recording.of(worker, objective, batch, weight, manager);
      }
    } catch (EngineException | IllegalStateException e) {
      possible = false; // PyTorch has told why it cannot, or DJL cannot ask CUDA
    }
    return possible;
  }

  /**
   * Whether what is in use on the device fits on it once more: a recording keeps a step's memory.
   */
  private boolean roomForAnother() {
    MemoryUsage memory = CudaUtils.getGpuMemory(manager.getDevice());
    return memory.getCommitted() <= memory.getMax() / 2;
  }

  private void forget() {
    if (recording != null) {
      recording.close();
      recording = null;
      steps = 0;
    }
  }

  @Override
  public void close() {
    forget();
  }
}
