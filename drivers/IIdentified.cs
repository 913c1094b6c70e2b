namespace Drivers;

/// <summary>A part that can say what it is, or show it by what its registers can hold.</summary>
public interface IIdentified
{
    /// <summary>
    /// The part at this address is the part the config names. Only reads; false where nothing answers as well.
    /// </summary>
    bool IsPresent();
}
