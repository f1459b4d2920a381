/** Convolutional networks on Deep Java Library, written as the papers draw them. */
package convnets;
