/**
 * Detection: where things are in an image, and what they are.
 *
 * <p>{@link convnets.detect.AveragePrecision} judges detections by the rules of Pascal VOC and of
 * COCO.
 */
package convnets.detect;
