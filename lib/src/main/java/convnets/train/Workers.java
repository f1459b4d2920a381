package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import convnets.Futures;
import convnets.data.Batch;
import convnets.torch.GradMode;
import convnets.torch.ParameterOps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Compute the gradients of a player in parts: one after the other where the images are more than a
 * device should hold at once, and side by side on several devices. Each part counts by its number
 * of images, so that the gradients are those of the mean loss over all of them.
 *
 * <p>The first device has the networks themselves, the others have replicas, each with a thread of
 * its own. With one device and one part nothing is cut, copied or handed over.
 */
final class Workers implements AutoCloseable {

  /** How many images the devices hold together at once. */
  private final int most;

  private final Device device;
  private final List<Replica> replicas = new ArrayList<>();

  /** For each player one for each device. */
  private final Map<Seat, List<Worker>> workers = new IdentityHashMap<>();

  /** Does the whole of a step where there is one device and one part. */
  private final Map<Seat, Repeater> repeaters = new IdentityHashMap<>();

  private final ExecutorService threads;

  /**
   * For networks that are on the first device.
   *
   * @param manager of the first device; owns the replicas
   */
  Workers(Recipe recipe, List<Seat> seats, NDManager manager) {
    most = recipe.batchSize;
    device = manager.getDevice();
    List<Device> devices = recipe.devices();
    for (Device other : devices.subList(1, devices.size())) {
      replicas.add(new Replica(seats, manager, other));
    }
    for (Seat seat : seats) {
      Set<Parameter> spared = spared(seat, seats);
      List<Worker> own = new ArrayList<>();
      Store store = new Store(manager, List.of(), spared);
      own.add(new Worker(seat, store, seat.learned(), recipe.precision, device));
      for (Replica replica : replicas) {
        Store copies = new Store(manager, replica.weights(), spared);
        NDList learned = replica.learned(seat);
        own.add(new Worker(seat, copies, learned, recipe.precision, replica.device()));
      }
      workers.put(seat, own);
      repeaters.put(seat, new Repeater(own.get(0), recipe.learner, manager));
    }
    threads = // which start when they are needed
        Executors.newFixedThreadPool(Math.max(1, replicas.size()), Workers::thread);
  }

  /** What others than a player write into, and this player's turn must not change. */
  private static Set<Parameter> spared(Seat seat, List<Seat> seats) {
    Set<Parameter> spared = Collections.newSetFromMap(new IdentityHashMap<>());
    seats.forEach(other -> spared.addAll(other.buffers()));
    spared.removeAll(seat.buffers());
    return spared;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "convnets-replica");
    thread.setDaemon(true);
    return thread;
  }

  /** Computes the gradients of the mean loss over a batch, on the first device. */
  Gradients differentiate(Seat seat, Objective objective, Batch batch) {
    double scale = seat.scale();
    if (replicas.isEmpty() && end(0, batch.size()) == batch.size()) {
      return repeaters.get(seat).work(objective, batch, scale);
    }
    replicas.forEach(Replica::refresh);
    List<Outcome> outcomes = new ArrayList<>();
    NDList sum = null;
    for (int from = 0, to; from < batch.size(); from = to) {
      to = end(from, batch.size());
      for (Gradients part : sideBySide(workers.get(seat), objective, batch, from, to, scale)) {
        outcomes.add(part.outcome());
        if (sum == null) {
          sum = part.values();
        } else {
          try (part) {
            ParameterOps.addAll(part.values(), sum);
          }
        }
      }
    }
    return new Gradients(seat, Outcome.join(outcomes, device), sum, true);
  }

  /**
   * Where what the devices hold together at once ends; no image is left alone for the next time.
   */
  private int end(int from, int images) {
    return images - from - most <= 1 ? images : from + most;
  }

  /** Has each worker do its part of the images from one number to another. */
  private List<Gradients> sideBySide(
      List<Worker> crew, Objective objective, Batch batch, int from, int to, double scale) {
    // Of a single image batch norm cannot learn, so none is alone, unless it is the only one.
    int each = Math.max(2, (to - from + crew.size() - 1) / crew.size());
    int parts = Math.max(1, (to - from) / each); // fewer than workers if images are scarce
    parts += (to - from) - parts * each > 1 ? 1 : 0;
    List<CompletableFuture<Gradients>> work = new ArrayList<>();
    for (int i = parts - 1; i >= 0; i--) { // the first last, on this thread
      Worker worker = crew.get(i);
      int start = from + i * each;
      int end = i == parts - 1 ? to : start + each;
      double weight = scale * (end - start) / batch.size();
      Executor executor = i == 0 ? Runnable::run : threads;
      work.add(
          0,
          CompletableFuture.supplyAsync(
              () -> part(worker, objective, batch, start, end, weight), executor));
    }
    Futures.join(CompletableFuture.allOf(work.toArray(CompletableFuture[]::new))); // failed or not
    return IntStream.range(0, parts).mapToObj(i -> work.get(i).join()).toList();
  }

  private static Gradients part(
      Worker worker, Objective objective, Batch batch, int from, int to, double weight) {
    return GradMode.off(
        () -> {
          try (Batch part = batch.part(from, to)) {
            return worker.work(objective, part, weight).attach(batch.manager());
          }
        });
  }

  /** Ends the threads. */
  @Override
  public void close() {
    repeaters.values().forEach(Repeater::close);
    threads.shutdown();
  }
}
