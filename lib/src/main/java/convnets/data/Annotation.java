package convnets.data;

/**
 * What people have written down of a thing in a picture.
 *
 * @param label its class, from 0
 * @param left edge in pixels, as {@link Target} counts them
 * @param top edge
 * @param right edge
 * @param bottom edge
 * @param ignored whether it is no single thing or not to be judged by: COCO's crowds, VOC's
 *     difficult things
 * @param area what is seen of it, in square pixels
 */
public record Annotation(
    int label, float left, float top, float right, float bottom, boolean ignored, double area) {}
