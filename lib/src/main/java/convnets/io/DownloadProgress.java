package convnets.io;

/** Is told how far a download is. */
@FunctionalInterface
public interface DownloadProgress {
  /**
   * Called after every piece, many times a second, on the downloading thread.
   *
   * @param done bytes that are here, those of an earlier attempt included
   * @param total bytes of the whole file, or -1 if the server does not say
   */
  void update(long done, long total);
}
