package convnets.train;

import ai.djl.ndarray.NDManager;
import java.util.List;

/** The weights of the best epoch so far, where a training may stop early. */
final class Best {

  private final List<Seat> seats;
  private final int patience;

  /**
   * For players at work.
   *
   * @param patience how many epochs may pass without a better one; 0: all, and none is kept
   * @param manager owns the weights
   */
  Best(List<Seat> seats, int patience, NDManager manager) {
    this.seats = seats;
    this.patience = patience;
    if (patience > 0) {
      seats.forEach(seat -> seat.keepBest(manager));
    }
  }

  /** Keeps the weights that were evaluated last if they are the best. */
  void look(History history) {
    if (patience > 0 && history.best().equals(history.last())) {
      seats.forEach(seat -> seat.best().take(seat.average()));
    }
  }

  /** Whether as many epochs as there is patience have passed since the best one. */
  boolean givesUp(History history) {
    return patience > 0
        && !history.epochs().isEmpty()
        && history.last().epoch() - history.best().epoch() >= patience;
  }

  /** Gives the networks the best weights, if an epoch was completed. */
  void give(History history) {
    if (!history.epochs().isEmpty()) {
      seats.forEach(seat -> seat.best().give());
    }
  }
}
