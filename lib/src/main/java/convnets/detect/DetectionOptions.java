package convnets.detect;

import convnets.Options;

/**
 * The options that the tasks of all this package's detectors have.
 *
 * @param <T> the task itself
 */
abstract class DetectionOptions<T extends DetectionOptions<T>> extends Options<T>
    implements DetectionTask {

  private final int classes;
  private DetectionFilter filter;

  DetectionOptions(int classes, DetectionFilter filter) {
    this.classes = classes;
    this.filter = filter;
  }

  @Override
  public final int classes() {
    return classes;
  }

  @Override
  public final DetectionFilter filter() {
    return filter;
  }

  @Override
  public final T filter(DetectionFilter filter) {
    return with(
        t -> {
          DetectionOptions<T> options = t; // a private field is out of a type variable's reach
          options.filter = filter;
        });
  }
}
