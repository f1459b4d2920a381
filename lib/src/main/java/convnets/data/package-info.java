/**
 * Pictures with their targets, and batches of them, augmented on the device.
 *
 * <p>What gives examples is a {@link convnets.data.Source}. A data set is read whole into an {@link
 * convnets.data.ImageDataset} by {@link convnets.data.FashionMnist}, {@link convnets.data.Cifar10}
 * or {@link convnets.data.ImageFolder}, or drawn by the {@link convnets.data.Menagerie}; the last
 * two also give their pictures as they are asked for, where there are too many for the memory.
 * Readers' own pictures with boxes and masks come from a {@link convnets.data.VocFolder} or a
 * {@link convnets.data.CocoFolder}, which also write those of any source. {@link
 * convnets.data.Target} says what targets are: classes, boxes, masks. {@link convnets.data.Batches}
 * walks over a source in a reproducible order and applies {@link convnets.data.Transforms} and a
 * {@link convnets.data.Mixing}.
 */
package convnets.data;
