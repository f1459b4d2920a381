package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.torch.GradMode;
import convnets.torch.ParameterOps;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Computes the gradients of a step in shares: one after the other where the images are more than a
 * device should hold at once, and side by side on several devices. Each share counts by its number
 * of images, so that the gradients are those of the mean loss over all of them.
 *
 * <p>The first device has the network itself, the others have replicas, each with a thread of its
 * own. With one device and one share nothing is cut, copied or handed over.
 */
final class Shares implements AutoCloseable {

  /** How many images the devices hold together at once. */
  private final int most;

  private final Device device;
  private final List<Replica> replicas = new ArrayList<>();

  /** One for each device. */
  private final List<Worker> workers = new ArrayList<>();

  /** Does the whole of a step where there is one device and one share. */
  private final Repeater repeater;

  private final ExecutorService threads;

  /**
   * For a network that is on the first device.
   *
   * @param learned its parameters that take gradients
   * @param manager of the first device; owns the replicas
   */
  Shares(Recipe recipe, NDList learned, NDManager manager, List<Device> devices) {
    most = recipe.batchSize;
    device = devices.get(0);
    workers.add(new Worker(recipe, new ParameterStore(manager, false), learned, device));
    repeater = new Repeater(recipe, workers.get(0), manager);
    for (Device other : devices.subList(1, devices.size())) {
      replicas.add(new Replica(recipe, learned, manager, other));
    }
    replicas.forEach(replica -> workers.add(replica.worker()));
    threads = // which start when they are needed
        Executors.newFixedThreadPool(Math.max(1, replicas.size()), Shares::thread);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "convnets-replica");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Computes the gradients of the mean loss over a batch, on the first device.
   *
   * @param scale what they are multiplied by
   */
  Share compute(Batch batch, double scale) {
    if (workers.size() == 1 && batch.size() <= most) {
      return repeater.work(batch, scale);
    }
    replicas.forEach(Replica::refresh);
    List<Outcome> outcomes = new ArrayList<>();
    NDList sum = null;
    for (int from = 0; from < batch.size(); from += most) {
      for (Share share : sideBySide(batch, from, Math.min(from + most, batch.size()), scale)) {
        outcomes.add(share.outcome());
        if (sum == null) {
          sum = share.gradients();
        } else {
          try (share) {
            ParameterOps.addAll(share.gradients(), sum);
          }
        }
      }
    }
    return new Share(Outcome.join(outcomes, device), sum, true);
  }

  /** Has each worker do its share of the images from one number to another. */
  private List<Share> sideBySide(Batch batch, int from, int to, double scale) {
    int each = (to - from + workers.size() - 1) / workers.size();
    int shares = (to - from + each - 1) / each; // fewer than workers if images are scarce
    List<CompletableFuture<Share>> work = new ArrayList<>();
    for (int i = shares - 1; i >= 0; i--) { // the first last, on this thread
      Worker worker = workers.get(i);
      int start = from + i * each;
      int end = Math.min(start + each, to);
      Executor executor = i == 0 ? Runnable::run : threads;
      work.add(
          0,
          CompletableFuture.supplyAsync(() -> share(worker, batch, start, end, scale), executor));
    }
    try {
      CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).join(); // failed or not
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
    return IntStream.range(0, shares).mapToObj(i -> work.get(i).join()).toList();
  }

  private static Share share(Worker worker, Batch batch, int from, int to, double scale) {
    double weight = scale * (to - from) / batch.size();
    return GradMode.off(
        () -> {
          try (Batch part = batch.part(from, to)) {
            return worker.work(part, weight).attach(batch.manager());
          }
        });
  }

  private static RuntimeException unwrapped(CompletionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException cause ? cause : e;
  }

  /** Ends the threads. */
  @Override
  public void close() {
    repeater.close();
    threads.shutdown();
  }
}
