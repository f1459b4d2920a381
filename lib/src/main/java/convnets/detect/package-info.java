/**
 * Object detection: detectors, and what they are made of.
 *
 * <p>{@link convnets.detect.Detector} finds things in pictures, {@link convnets.detect.Detectors}
 * has its networks by name: {@link convnets.detect.SSD} in one stage, {@link
 * convnets.detect.CenterNet} without anchors, {@link convnets.detect.FasterRCNN} in two stages,
 * each on any backbone. A {@link convnets.detect.DetectionDesign} builds a network and says by its
 * {@link convnets.detect.DetectionTask} what the network is trained for and what its outputs mean;
 * {@link convnets.detect.DetectionFilter} says which boxes are detections, {@link
 * convnets.detect.DetectionMeasure} and {@link convnets.detect.DetectionEvaluation} how good they
 * are.
 *
 * <p>{@link convnets.detect.Boxes} says what forms boxes have, {@link convnets.detect.Overlap} how
 * much two are the same. {@link convnets.detect.Anchors} place an {@link
 * convnets.detect.AnchorShape} around every pixel of a feature map, {@link
 * convnets.detect.AnchorClusters} find such shapes in data. {@link convnets.detect.AnchorMatching}
 * gives each anchor its box, {@link convnets.detect.BoxCoder} makes offsets of it, {@link
 * convnets.detect.Mining} says which backgrounds count, {@link convnets.detect.FocalLoss} and
 * {@link convnets.detect.BoxLosses} what an error costs. Without anchors, {@link
 * convnets.detect.CenterTargets} are learned and {@link convnets.detect.CenterPeaks} found. {@link
 * convnets.detect.RoiAlign} and {@link convnets.detect.RoiPool} look into boxes, in the map that
 * {@link convnets.detect.PyramidLevels} choose. {@link convnets.detect.Nms}, {@link
 * convnets.detect.SoftNms} and {@link convnets.detect.MatrixNms} leave one box of many for each
 * thing.
 *
 * <p>{@link convnets.detect.AveragePrecision} judges detections by the rules of Pascal VOC and of
 * COCO.
 *
 * <p>What training needs of these works on batches, padded to one size, and waits for no device.
 */
package convnets.detect;
