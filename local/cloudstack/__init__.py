"""A strict simulator of Apache CloudStack's API and usage server, for local runs and tests.

It refuses what CloudStack refuses and says so in CloudStack's words. Its usage is generated from
a seed and the calendar: the records of a day are the same whenever they are asked for.
"""

from local.cloudstack.simulator import Simulator

__all__ = ["Simulator"]
