package convnets.detect;

import convnets.nn.Unit;

/**
 * A detector on paper: its network, and the task that the network is trained for. {@link SSD},
 * {@link CenterNet} and {@link FasterRCNN} are such, {@link Detectors} has them by name.
 */
public interface DetectionDesign {

  /**
   * Builds the network: from images (N, 3, H, W) to what the {@link #task} takes, the same in
   * training and in evaluation.
   */
  Unit build();

  /** What the network is trained for, and what its outputs mean. */
  DetectionTask task();
}
