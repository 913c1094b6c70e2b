using System.Device.Gpio;

namespace Drivers.Buses;

/// <summary>A pin's level as a value: false where the pin, its bus or its cable did not take or tell it.</summary>
public static class PinTransfers
{
    extension(GpioPin pin)
    {
        /// <summary>Sets the level and reads it back.</summary>
        public bool TryKeep(PinValue level)
        {
            try
            {
                pin.Write(level);
                return pin.Read() == level;
            }
            catch (IOException)
            {
                return false;
            }
        }

        public bool TryRead(out PinValue level)
        {
            try
            {
                level = pin.Read();
                return true;
            }
            catch (IOException)
            {
                level = PinValue.Low;
                return false;
            }
        }
    }
}
