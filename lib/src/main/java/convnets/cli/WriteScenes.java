package convnets.cli;

import ai.djl.ndarray.NDManager;
import convnets.data.CocoFolder;
import convnets.data.Menagerie;
import convnets.data.MenageriePictures;
import convnets.data.Source;
import convnets.data.VocFolder;
import java.nio.file.Path;

/**
 * Writes scenes of the menagerie as Pascal VOC and as COCO; {@code ci/parity/scenes.py} calls it.
 */
public final class WriteScenes {

  private WriteScenes() {}

  /**
   * Writes the folders {@code voc} and {@code coco}.
   *
   * @param arguments the folder that holds both, how many scenes, height and width in pixels
   */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    MenageriePictures pictures = Menagerie.scenes(0).size(Integer.parseInt(arguments[2]));
    try (NDManager manager = NDManager.newBaseManager()) {
      Source scenes = pictures.source(manager, Integer.parseInt(arguments[1]));
      VocFolder.at(folder.resolve("voc")).set("scenes").write(scenes);
      Path coco = folder.resolve("coco");
      CocoFolder.at(coco.resolve("scenes.json"), coco.resolve("pictures")).write(scenes);
    }
  }
}
