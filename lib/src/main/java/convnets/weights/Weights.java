package convnets.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.io.DownloadProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights in files, by name.
 *
 * <pre>{@code
 * Unit net = Weights.load(Models.resnet50(), Path.of("resnet50-0676ba61.pth"));
 * Weights.save(net, Path.of("resnet50.safetensors"));
 * }</pre>
 *
 * <p>Read are safetensors and the checkpoints of PyTorch ({@code .pth}, {@code .pt}, {@code .th}),
 * in both of its layouts, a state dict by itself or as the entry {@code state_dict}, {@code model},
 * {@code net} … of a larger checkpoint, or as its only one; {@link Loading#key} names another, such
 * as a moving average. Names come without what {@code DataParallel}, {@code torch.compile}, {@code
 * AveragedModel} and the like put before them. Whatever else is in a file is passed over, and
 * nothing is executed. {@link #fetch} gets files from torchvision, the Hugging Face hub and
 * elsewhere.
 *
 * <p>That names and shapes fit does not say that the block computes what the weights were trained
 * for; {@link Loading#verify} does.
 */
public final class Weights {

  private Weights() {}

  /**
   * Loads weights into a block, every parameter and running statistic by its name. A block that is
   * not initialised is initialised by that, as float32 on the CPU.
   *
   * @return the block
   * @throws WeightsException if the file cannot be read, or does not fit name by name and shape by
   *     shape; the block is as it was then
   * @throws IllegalArgumentException if the block does not know its shapes: blocks of DJL itself
   *     must have been initialised
   */
  public static <B extends Block> B load(B block, Path file) {
    return loading(block).from(file);
  }

  /**
   * Loads weights with options:
   *
   * <pre>{@code
   * Weights.loading(net).rename(name -> name.replace("backbone.", "")).without("fc.").from(path);
   * }</pre>
   */
  public static <B extends Block> Loading<B> loading(B block) {
    return Loading.into(block);
  }

  /**
   * Saves all parameters and running statistics of a block as float32, in safetensors.
   *
   * @throws WeightsException if the file cannot be written; what was there before is there still
   * @throws IllegalArgumentException if the block is not initialised
   */
  public static void save(Block block, Path file) {
    save(block, file, DataType.FLOAT32);
  }

  /**
   * Saves all parameters and running statistics of a block in safetensors, which PyTorch loads by
   * name: {@code model.load_state_dict(safetensors.torch.load_file(path))}.
   *
   * @param type FLOAT32, or FLOAT16 for half the size and three decimal digits
   * @throws WeightsException if the file cannot be written, or a number is too large for float16;
   *     what was there before is there still
   * @throws IllegalArgumentException if the block is not initialised, or for another type
   */
  public static void save(Block block, Path file, DataType type) {
    ElementType elements =
        switch (type) {
          case FLOAT32 -> ElementType.FLOAT32;
          case FLOAT16 -> ElementType.FLOAT16;
          default ->
              throw new IllegalArgumentException("type (" + type + ") must be FLOAT32 or FLOAT16");
        };
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Pair<String, Parameter> pair : block.getParameters()) {
      if (!pair.getValue().isInitialized()) {
        throw new IllegalArgumentException(
            "block has no weights: train it, load weights into it, or call initialize");
      }
      arrays.put(pair.getKey(), pair.getValue().getArray());
    }
    write(arrays, elements, file);
  }

  /**
   * Saves arrays by name as float32, in safetensors: the counterpart of {@link #read}.
   *
   * @throws WeightsException if the file cannot be written; what was there before is there still
   */
  public static void write(Map<String, NDArray> arrays, Path file) {
    write(arrays, ElementType.FLOAT32, file);
  }

  private static void write(Map<String, NDArray> arrays, ElementType elements, Path file) {
    try {
      new SafetensorsWriter(arrays, elements).write(file);
    } catch (IOException e) {
      throw new WeightsException("cannot write weights to " + file + ": " + e, e);
    }
  }

  /**
   * What is in a file: its tensors by name, in the order of the file, with shapes and kinds. Their
   * numbers are read when they are asked for.
   *
   * @param key the entry of a checkpoint to look in, as in {@link Loading#key}
   * @throws WeightsException if the file cannot be read
   */
  public static Map<String, StoredTensor> read(Path file, String... key) {
    try (FileBytes bytes = FileBytes.open(file)) {
      return Collections.unmodifiableMap(WeightsFile.read(bytes, List.of(key)));
    } catch (IOException e) {
      throw WeightsFile.unreadable(file, e);
    }
  }

  /**
   * Fetches a file of weights, silently, unless it is there and right.
   *
   * @return its path, to be loaded
   * @throws WeightsException as {@link #fetch(Origin, DownloadProgress)}
   */
  public static Path fetch(Origin origin) {
    return fetch(origin, (done, total) -> {});
  }

  /**
   * Fetches a file of weights into the cache, unless it is there and right. Goes on where an
   * earlier attempt was interrupted.
   *
   * <p>The cache is the folder that the system property {@code convnets.weights} or the environment
   * variable {@code CONVNETS_WEIGHTS} names, by default {@code convnets/weights} among the user's
   * caches ({@code ~/.cache} on Linux). If {@code convnets.weights.mirror} or {@code
   * CONVNETS_WEIGHTS_MIRROR} names an address or a folder, files come from there, where {@code
   * HOST/PATH} has what is at {@code https://HOST/PATH}.
   *
   * @param progress is told how far it is
   * @return its path, to be loaded
   * @throws WeightsException if that fails, or the file is not the one that its checksum promises;
   *     the message says which file to put where instead
   */
  public static Path fetch(Origin origin, DownloadProgress progress) {
    return Cache.fetch(origin, progress);
  }
}
