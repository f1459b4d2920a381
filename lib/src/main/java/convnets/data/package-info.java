/**
 * Labelled pictures, kept as bytes on the device, and batches of them, augmented there.
 *
 * <p>A data set is read whole into an {@link convnets.data.ImageDataset} by {@link
 * convnets.data.FashionMnist}, {@link convnets.data.Cifar10} or {@link convnets.data.ImageFolder},
 * or drawn by the {@link convnets.data.Menagerie}. {@link convnets.data.Batches} walks over it in a
 * reproducible order and applies {@link convnets.data.Transforms} and a {@link
 * convnets.data.Mixing}.
 */
package convnets.data;
