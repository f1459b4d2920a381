package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** The weights of all players once more, on another device. */
final class Replica {

  private final Device device;
  private final List<Seat> seats;
  private final List<WeightCopy> weights = new ArrayList<>();

  /**
   * Copies the weights.
   *
   * @param manager owns the copies
   */
  Replica(List<Seat> seats, NDManager manager, Device device) {
    this.seats = seats;
    this.device = device;
    for (Seat seat : seats) {
      WeightCopy copy = WeightCopy.of(seat.player().net(), manager, device);
      copy.of(seat.learned()).forEach(value -> value.setRequiresGradient(true));
      weights.add(copy);
    }
  }

  Device device() {
    return device;
  }

  List<WeightCopy> weights() {
    return weights;
  }

  /** The copies of the weights that a player learns, in their order. */
  NDList learned(Seat seat) {
    return weights.get(seats.indexOf(seat)).of(seat.learned());
  }

  /** Takes over the weights of the originals. */
  void refresh() {
    weights.forEach(WeightCopy::take);
  }
}
