package convnets;

import java.util.ArrayList;
import java.util.List;

/** Lists that immutable designs grow by: each is a new one. */
public final class Lists {

  private Lists() {}

  /** The items of a list, and one more behind them. */
  public static <E> List<E> and(List<E> items, E item) {
    return and(items, List.of(item));
  }

  /** The items of a list, and others behind them. */
  public static <E> List<E> and(List<E> items, List<E> others) {
    List<E> more = new ArrayList<>(items);
    more.addAll(others);
    return List.copyOf(more);
  }
}
