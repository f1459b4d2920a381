package convnets.notebook;

/** Where outputs appear that change in place. */
interface Screen {

  /**
   * Shows a value below the running cell.
   *
   * @return the name under which {@link #update} replaces it
   */
  String display(Object value);

  /** Replaces what {@link #display} has shown. */
  void update(String id, Object value);
}
